// Drives the emulator with the official client, and prints what came back as JSON.
// Arguments: host, application id, file of the private key, address for webhooks.
const { Auth } = require('@vonage/auth');
const { Voice, Talk, Conversation } = require('@vonage/voice');

const [host, applicationId, privateKey, hooks] = process.argv.slice(2);
const voice = new Voice(new Auth({ applicationId, privateKey }), { apiHost: host });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function answered(uuid) {
  for (let i = 0; i < 200; i++) {
    if ((await voice.getCall(uuid)).status === 'answered') return;
    await wait(20);
  }
  throw new Error('the call was not answered');
}

async function main() {
  const seen = {};
  const parties = { to: [{ type: 'phone', number: '14155550101' }], from: { type: 'phone', number: '14155550100' } };
  const room = [new Conversation('room')];
  seen.created = await voice.createOutboundCall({ ...parties, ncco: room });
  const uuid = seen.created.uuid;
  await answered(uuid);
  seen.shown = await voice.getCall(uuid);
  seen.listed = [];
  for await (const call of voice.getAllCalls({ pageSize: 1 })) seen.listed.push(call.uuid);
  await voice.muteCall(uuid);
  await voice.unmuteCall(uuid);
  await voice.earmuffCall(uuid);
  await voice.unearmuffCall(uuid);
  seen.talk = await voice.playTTS(uuid, { text: 'Hello from Node', loop: 0 });
  seen.stopTalk = await voice.stopTTS(uuid);
  seen.stream = await voice.streamAudio(uuid, 'https://example.com/a.mp3');
  seen.stopStream = await voice.stopStreamAudio(uuid);
  seen.dtmf = await voice.playDTMF(uuid, '12#');
  await voice.subscribeDTMF(uuid, hooks + '/keys');
  await voice.unsubscribeDTMF(uuid);
  // Behind the talk the call stays in the room: else it would be over before a slow client's next request.
  await voice.transferCallWithNCCO(uuid, [new Talk('You are elsewhere.'), ...room]);
  await voice.transferCallWithURL(uuid, hooks + '/elsewhere');
  await wait(200);
  await voice.hangupCall(uuid);
  seen.ended = await voice.getCall(uuid);
  await wait(1000);
  const answer = { ...parties, answer_url: [hooks + '/answer'], answerUrl: [hooks + '/answer'] };
  delete answer.answer_url;
  seen.fetched = await voice.createOutboundCall(answer);
  await answered(seen.fetched.uuid);
  try {
    await voice.getCall('no-such-call');
  } catch (error) {
    seen.missing = error.response ? error.response.status : String(error);
  }
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
