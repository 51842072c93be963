"""The instrument in a browser: OSCQuery and the web surface, over HTTP and WebSocket; its own process."""
