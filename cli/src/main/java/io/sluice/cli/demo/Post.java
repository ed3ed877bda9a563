package io.sluice.cli.demo;

import static java.util.Objects.requireNonNull;

import io.sluice.certs.DevIdentity;
import java.util.Map;

/**
 * One request to the ingest API: an event or a choice.
 *
 * @param kind what it is
 * @param sender whose client certificate it is posted with
 * @param path of the request
 * @param id the sender's own id of it, for messages; never logged
 * @param lane posts of one lane are sent one after the other, in order: a subject's choices and events must not overtake
 * @param headers of the request, the content type among them
 * @param body bytes of the request
 */
record Post(
        Kind kind, DevIdentity sender, String path, String id, String lane, Map<String, String> headers, byte[] body) {
    /** What a post is. */
    enum Kind {
        EVENT,
        CHOICE
    }

    Post {
        requireNonNull(sender, "sender is null");
        headers = Map.copyOf(headers);
    }

    static String eventsPath(String dataset) {
        return "/v1/datasets/" + dataset + "/events";
    }

    /** Neither id nor body: both can be personal data. */
    @Override
    public String toString() {
        return kind + " " + path;
    }
}
