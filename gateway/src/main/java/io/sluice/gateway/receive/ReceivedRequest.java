package io.sluice.gateway.receive;

/**
 * A request that arrived whole.
 *
 * @param head what came before its body
 * @param body the body, shared, never changed
 */
public record ReceivedRequest(RequestHead head, byte[] body) {
    @Override
    public String toString() {
        return "ReceivedRequest[" + head.traceId() + ", " + body.length + " bytes]";
    }
}
