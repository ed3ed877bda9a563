package io.sluice.audit.timestamp;

import com.sun.net.httpserver.HttpServer;
import io.sluice.audit.note.SignedNote;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/** A small time stamping authority: RFC 3161 over HTTP, a root, and a certificate for time stamping alone below it. */
public final class TestAuthority implements AutoCloseable {
    static final String POLICY = "1.3.6.1.4.1.57264.1";

    private final HttpServer server;
    private final KeyPair key;
    private final X509Certificate certificate;
    private final X509Certificate root;
    private final AtomicLong serial = new AtomicLong();
    final AtomicLong asked = new AtomicLong();
    volatile boolean away;
    /** Sends the head of its answers, and the body never. */
    volatile boolean stalls;

    public TestAuthority() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        KeyPair above = keys.generateKeyPair();
        key = keys.generateKeyPair();
        X500Name rootName = new X500Name("CN=Test Time Root");
        root = certificate(rootName, rootName, above, above, true, false);
        certificate = certificate(rootName, new X500Name("CN=Test Time Stamping"), above, key, false, true);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/tsr", exchange -> {
            asked.incrementAndGet();
            byte[] request = exchange.getRequestBody().readAllBytes();
            byte[] answer = away ? new byte[0] : answer(request);
            exchange.getResponseHeaders().set("content-type", "application/timestamp-reply");
            exchange.sendResponseHeaders(away ? 503 : 200, answer.length == 0 ? -1 : answer.length);
            if (stalls) {
                exchange.getResponseBody().flush();
                return; // the exchange stays open
            }
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private static X509Certificate certificate(
            X500Name issuer, X500Name subject, KeyPair signer, KeyPair of, boolean ca, boolean stamping)
            throws Exception {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(ca ? 1 : 2),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(30))),
                subject,
                of.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
        if (stamping) {
            builder.addExtension(
                    Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate())));
    }

    private byte[] answer(byte[] request) throws IOException {
        try {
            var digests = new JcaDigestCalculatorProviderBuilder().build();
            TimeStampTokenGenerator tokens = new TimeStampTokenGenerator(
                    new JcaSimpleSignerInfoGeneratorBuilder().build("SHA256withRSA", key.getPrivate(), certificate),
                    digests.get(new org.bouncycastle.asn1.x509.AlgorithmIdentifier(TSPAlgorithms.SHA256)),
                    new ASN1ObjectIdentifier(POLICY));
            tokens.addCertificates(new JcaCertStore(List.of(certificate)));
            return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED, Set.of(POLICY))
                    .generate(new TimeStampRequest(request), BigInteger.valueOf(serial.incrementAndGet()), new Date())
                    .getEncoded();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/tsr");
    }

    /** Its root, as PEM. */
    public Path rootPem(Path file) throws Exception {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .encodeToString(root.getEncoded());
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    /** As a log asks it. */
    public TimestampConfig config(Path folder, Duration every) throws Exception {
        TimestampTrust trust = TimestampTrust.read(rootPem(folder.resolve("root-" + server.hashCode() + ".pem")));
        return new TimestampConfig(address(), trust, null, every, Duration.ofSeconds(10), null);
    }

    /** Stamps a log's checkpoint, as the log's writer keeps it. */
    public void stamp(Path log, Path folder) throws Exception {
        SignedNote note = SignedNote.parse(Files.readAllBytes(log.resolve("checkpoint")));
        TimestampedCheckpoint stamped = new Authority(config(folder, Duration.ofMinutes(10))).stamp(note);
        Files.write(log.resolve("checkpoint.timestamped"), stamped.toBytes());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
