// An OSC client for the tests, by osc.js: each line of the standard input is a packet in its JSON form, sent to
// the UDP port that is given; each packet that comes back is a line of the standard output. A bundle with
// `seconds` instead of `timeTag` is meant for so many seconds from now.
const osc = require("osc");
const readline = require("readline");

const port = new osc.UDPPort({
    localAddress: "127.0.0.1",
    localPort: 0,
    remoteAddress: "127.0.0.1",
    remotePort: Number(process.argv[2]),
    metadata: true,
});

port.on("message", (message) => console.log(JSON.stringify({address: message.address, args: message.args})));
port.on("error", (error) => console.log(JSON.stringify({error: error.message})));
port.on("ready", () => {
    console.log(JSON.stringify({ready: port.socket.address().port}));
    const lines = readline.createInterface({input: process.stdin});
    lines.on("line", (line) => {
        const packet = JSON.parse(line);
        if ("seconds" in packet) {
            packet.timeTag = osc.timeTag(packet.seconds);
            delete packet.seconds;
        }
        port.send(packet);
    });
    lines.on("close", () => port.close());
});
port.open();
