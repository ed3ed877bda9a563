package io.sluice.audit.timestamp;

import io.sluice.audit.http.BoundedClient;
import io.sluice.audit.note.SignedNote;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;

/** Asks a time stamping authority (RFC 3161 section 3.4), and believes what its certificate vouches for alone. Thread-safe. */
final class Authority {
    private static final int NONCE_BITS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TimestampConfig config;
    private final BoundedClient client;

    Authority(TimestampConfig config) {
        this.config = config;
        this.client = new BoundedClient(config.tls(), config.timeout(), TimestampedCheckpoint.MAX_BYTES);
    }

    /** A stamp of this checkpoint, checked. @throws TimestampException where the authority gives none that holds */
    TimestampedCheckpoint stamp(SignedNote note) throws TimestampException, InterruptedException {
        byte[] digest = TimestampedCheckpoint.digest(note);
        TimeStampRequestGenerator asking = new TimeStampRequestGenerator();
        asking.setCertReq(true);
        if (config.policy() != null) {
            asking.setReqPolicy(new ASN1ObjectIdentifier(config.policy()));
        }
        TimeStampRequest request = asking.generate(TSPAlgorithms.SHA256, digest, new BigInteger(NONCE_BITS, RANDOM));
        try {
            TimeStampResponse response = new TimeStampResponse(send(request.getEncoded()));
            response.validate(request); // nonce, digest, policy, and the signer's certificate identifier
            TimeStampToken token = response.getTimeStampToken();
            if (token == null) {
                throw new TimestampException("it gives none: " + response.getStatusString(), null);
            }
            TimestampedCheckpoint stamped = new TimestampedCheckpoint(note, token.getEncoded());
            stamped.check(config.trust(), config.policy());
            if (stamped.toBytes().length > TimestampedCheckpoint.MAX_BYTES) {
                throw new TimestampException(
                        "its token is too long: with the checkpoint it has more than " + TimestampedCheckpoint.MAX_BYTES
                                + " bytes",
                        null);
            }
            return stamped;
        } catch (TSPException e) {
            throw new TimestampException("its answer does not hold: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TimestampException("it does not answer: " + e.getMessage(), e);
        }
    }

    private byte[] send(byte[] request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(config.authority())
                .header("Content-Type", "application/timestamp-query")
                .POST(BodyPublishers.ofByteArray(request)));
        if (answer.statusCode() != 200) {
            throw new IOException("HTTP " + answer.statusCode());
        }
        return answer.body();
    }
}
