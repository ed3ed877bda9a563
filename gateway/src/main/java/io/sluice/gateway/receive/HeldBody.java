package io.sluice.gateway.receive;

import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchSplitter;
import io.sluice.gateway.parse.BodyForm;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.BytesInFlight;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A body that is read whole before anything of it is looked at: one event, a CloudEvents batch, a Bundle. Its permit is
 * taken before the first byte and held until nothing of it is in memory. Lives on the connection's event loop; what looks
 * at bytes runs on a worker.
 */
final class HeldBody {
    private final Exchange exchange;
    private final Reply reply;
    private final DataServer.Parts parts;
    private final RequestHead head;
    private final BodyForm form;
    private final ContentCoding coding;
    private final int maxBytes;
    private Buffer collected;
    /** Null once the work holds it, or it was given back. */
    private BytesInFlight.@Nullable Permit permit;

    /**
     * @param declared its length, -1 where none is declared: then the whole maximum is reserved, as permits are a promise
     *     about memory
     * @throws RefusedException {@code body-too-large}, {@code back-pressure}
     */
    HeldBody(
            Exchange exchange,
            Reply reply,
            DataServer.Parts parts,
            RequestHead head,
            BodyForm form,
            ContentCoding coding,
            long declared) {
        this.exchange = exchange;
        this.reply = reply;
        this.parts = parts;
        this.head = head;
        this.form = form;
        this.coding = coding;
        this.maxBytes = form == BodyForm.SINGLE
                ? parts.limits().maxBodyBytes()
                : parts.batches().maxHeldBytes();
        if (declared > maxBytes) {
            throw tooLarge(maxBytes);
        }
        this.permit = parts.inFlight().take(Exchange.sender(head), declared < 0 ? maxBytes : declared);
        this.collected = Buffer.buffer((int) Math.max(declared, 0));
    }

    /** Takes bytes of it. */
    void read(Buffer chunk) {
        if (reply.isTaken()) {
            exchange.discard(chunk);
        } else if (collected.length() + chunk.length() > maxBytes) {
            reply.refuseUnseen(tooLarge(maxBytes).problem());
        } else {
            collected.appendBuffer(chunk);
        }
    }

    /** It is whole. */
    void finish() {
        if (!reply.isTaken()) {
            byte[] sent = collected.getBytes();
            collected = Buffer.buffer(); // the permit counts the bytes once
            BytesInFlight.Permit held = Objects.requireNonNull(permit, "a body is read under a permit");
            permit = null; // from here the work holds it: an answer that came first does not free the memory
            exchange.onWorker(held, () -> work(sent, held));
        }
    }

    /** There is an answer before it was worked on. */
    void release() {
        BytesInFlight.Permit held = permit;
        permit = null;
        if (held != null) {
            held.release();
        }
    }

    private void work(byte[] sent, BytesInFlight.Permit held) {
        int maxEvent = parts.limits().maxBodyBytes();
        byte[] body = reply.unseen(() -> inflated(sent, held));
        if (form == BodyForm.CLOUDEVENTS || form == BodyForm.FHIR && BatchSplitter.isBundle(body)) {
            BatchIntake intake = parts.ingress().open(head);
            List<BatchEvent> events =
                    reply.unseen(() -> new BatchSplitter(parts.batches(), maxEvent).split(form, body));
            exchange.onLoop(() -> exchange.batch(intake, events, held));
        } else if (body.length > maxEvent) {
            reply.unseen(() -> {
                throw tooLarge(maxEvent);
            });
        } else {
            parts.ingress()
                    .accept(new ReceivedRequest(head, body))
                    .whenComplete((accepted, fault) -> exchange.done(held, accepted, fault));
        }
    }

    private byte[] inflated(byte[] sent, BytesInFlight.Permit held) {
        return coding == ContentCoding.IDENTITY
                ? sent
                : GzipBody.inflated(
                        sent,
                        parts.decompression(),
                        held,
                        maxBytes,
                        tooLarge(maxBytes).problem());
    }

    private static RefusedException tooLarge(int maxBytes) {
        return RefusedException.of(
                ProblemCode.BODY_TOO_LARGE, "A body has at most " + maxBytes + " bytes; send smaller ones.");
    }
}
