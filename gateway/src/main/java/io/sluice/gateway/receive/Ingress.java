package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.serving.tls.HandshakeFault;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the data port hands requests to, off the event loop but for what says otherwise. Thread-safe. */
public interface Ingress {
    /**
     * Works on a request of one event or choice.
     *
     * @return completes when it is durable; fails with a {@code RefusedException}, anything else being a bug
     */
    CompletionStage<Accepted> accept(ReceivedRequest request);

    /**
     * Says what became of an event of the caller's own.
     *
     * @throws io.sluice.gateway.problem.RefusedException where it may not ask, or nothing is known
     */
    Told ask(RequestHead head, EventAddress asked);

    /**
     * The answer to a question.
     *
     * @param json the answer's body
     * @param quota what is left of the caller's quota, null where it has none
     */
    record Told(byte[] json, @Nullable QuotaState quota) {}

    /**
     * Admits the sender of a batch, before its body is looked at. It looks at what is in memory alone, so that an event loop may
     * ask.
     *
     * @throws io.sluice.gateway.problem.RefusedException where nothing of it can be accepted
     */
    BatchIntake open(RequestHead head);

    /**
     * Counts a request that was refused before it came here.
     *
     * @param certificate that of its connection, whose key the caller has; null where there is none any more
     */
    void refused(ProblemCode code, @Nullable X509Certificate certificate);

    /**
     * Counts a connection that was ended for what it sent.
     *
     * @param certificate the connection's; null where there is none any more
     */
    void ended(ConnectionEnd reason, @Nullable X509Certificate certificate);

    /** Counts a handshake that was refused. Nobody showed a key in it, so it has no name. */
    void refused(HandshakeFault fault);
}
