// A server that sends back all that it hears, text too. It prints its port, and what it has heard as JSON lines;
// the audio goes to the file that is its argument. It ends with its input.
const fs = require('fs');
const { WebSocketServer } = require('ws');

const audio = fs.openSync(process.argv[2], 'w');
const tell = (line) => fs.writeSync(1, JSON.stringify(line) + '\n');
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => fs.writeSync(1, server.address().port + '\n'));

server.on('connection', (ws, request) => {
  tell({ authorization: request.headers.authorization ?? null });
  ws.on('message', (message, isBinary) => {
    if (isBinary) {
      tell({ bytes: message.length });
      fs.writeSync(audio, message);
    } else {
      tell({ text: JSON.parse(message) });
    }
    ws.send(message, { binary: isBinary });
  });
  ws.on('close', () => tell('closed'));
});

process.stdin.on('end', () => process.exit(0)).resume();
