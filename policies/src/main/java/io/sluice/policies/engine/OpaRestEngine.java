package io.sluice.policies.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.policies.engine.OpaServers.Response;
import io.sluice.policies.engine.OpaServers.UnansweredException;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyEvaluationException;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the Data API of an OPA server for the decisions of one revision. The server holds the bundle; that it holds the
 * right one is not assumed: OPA names, with each answer, the revision that its manifest gave in the transaction of the
 * evaluation, and an answer under any other than ours is none (promise P9). That name holds a digest of the content, and a
 * bundle owns its roots in OPA, so that nothing else answers under it.
 *
 * <p>The servers are asked in order, the one that answered last first, until one answers under the revision. Whatever else
 * a server does is an error of the decision (promise P1): unreachable, slow, another status than 200, no JSON, too long.
 * Errors name this engine, the server and the revision, nothing of the question. Thread-safe; holds no resource of its own.
 */
public final class OpaRestEngine implements PolicyEngine {
    private static final byte[] HEAD = "{\"input\":".getBytes(StandardCharsets.US_ASCII);
    private static final int OK = 200;

    private final OpaServers servers;
    private final String revision;
    private volatile int preferred;

    OpaRestEngine(OpaServers servers, VerifiedBundle bundle) {
        this(servers, bundle.manifestRevision());
    }

    OpaRestEngine(OpaServers servers, String revision) {
        this.servers = servers;
        this.revision = revision;
    }

    @Override
    public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
        if (canonicalInput.length > MAX_INPUT_BYTES) {
            throw new PolicyEvaluationException("A policy input has at most " + MAX_INPUT_BYTES + " bytes");
        }
        long deadline = System.nanoTime() + servers.config().timeout().toNanos();
        byte[] question = question(canonicalInput);
        List<OpaServer> all = servers.all();
        List<String> faults = new ArrayList<>();
        PolicyEvaluationException failed = null;
        int first = preferred;
        for (int i = 0; i < all.size(); i++) {
            int index = (first + i) % all.size();
            OpaServer server = all.get(index);
            try {
                Optional<JsonNode> answer = ask(server, entrypoint, question, deadline);
                preferred = index;
                return answer;
            } catch (UnansweredException e) {
                faults.add(server + " " + e.getMessage());
            } catch (PolicyEvaluationException e) {
                failed = e; // maybe under another revision: the next server may answer under ours
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PolicyUnavailableException("opa-rest was interrupted while it asked " + server, e);
            }
        }
        if (failed != null) {
            throw failed;
        }
        throw new PolicyUnavailableException("opa-rest has no answer of " + entrypoint.path() + " under revision "
                + revision + ": " + String.join("; ", faults));
    }

    private Optional<JsonNode> ask(OpaServer server, Entrypoint entrypoint, byte[] question, long deadline)
            throws UnansweredException, InterruptedException {
        Response response = servers.post(server, entrypoint, question, deadline);
        if (response.status() != OK) {
            if (OpaAnswer.isEvaluationFault(response.body())) {
                throw new PolicyEvaluationException(
                        "opa-rest: the policy failed at " + entrypoint.path() + " on " + server);
            }
            throw new UnansweredException("answers with status " + response.status());
        }
        OpaAnswer answer;
        try {
            answer = OpaAnswer.read(response.body());
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new UnansweredException("does not answer as OPA does: " + e.getMessage(), e);
        }
        if (!answer.revisions().contains(revision)) {
            throw new UnansweredException(answer.revisions().isEmpty() ? "holds no bundle" : "holds another revision");
        }
        return answer.value();
    }

    private static byte[] question(byte[] canonicalInput) {
        ByteArrayOutputStream question = new ByteArrayOutputStream(HEAD.length + canonicalInput.length + 1);
        question.writeBytes(HEAD);
        question.writeBytes(canonicalInput);
        question.write('}');
        return question.toByteArray();
    }

    /** The connections belong to all revisions of the process and stay. */
    @Override
    public void close() {}
}
