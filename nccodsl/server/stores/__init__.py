"""Where the states of calls are kept between webhooks, with the texts of the scripts that they began with."""
