package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A time stamping authority that is OpenSSL's: a root, a certificate below it, and {@code openssl ts} behind HTTP. */
final class OpensslAuthority implements AutoCloseable {
    private final Path folder;
    private final HttpServer server;

    private OpensslAuthority(Path folder, HttpServer server) {
        this.folder = folder;
        this.server = server;
    }

    static OpensslAuthority start(Path folder) throws Exception {
        Files.createDirectories(folder);
        OpensslAuthority authority = new OpensslAuthority(
                folder, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        authority.makeCertificates();
        authority.server.createContext("/", authority::answer);
        authority.server.start();
        return authority;
    }

    private void makeCertificates() throws Exception {
        openssl("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=OpenSSL-root -keyout root.key -out root.pem");
        openssl("req -newkey rsa:2048 -nodes -subj /CN=OpenSSL-stamps -keyout tsa.key -out tsa.csr");
        Files.writeString(folder.resolve("ext"), "extendedKeyUsage = critical, timeStamping\n");
        openssl(
                "x509 -req -days 30 -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile ext -out tsa.pem");
        Files.writeString(folder.resolve("serial"), "01\n");
        Files.writeString(folder.resolve("ts.conf"), """
                [tsa]
                default_tsa = stamps
                [stamps]
                serial = serial
                signer_cert = tsa.pem
                signer_key = tsa.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256
                ess_cert_id_alg = sha256
                """);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        Files.write(folder.resolve("query"), exchange.getRequestBody().readAllBytes());
        byte[] reply = new byte[0];
        try {
            openssl("ts -reply -config ts.conf -queryfile query -out reply");
            reply = Files.readAllBytes(folder.resolve("reply"));
        } catch (InterruptedException | AssertionError e) {
            throw new IOException(e);
        } finally {
            exchange.getResponseHeaders().set("content-type", "application/timestamp-reply");
            exchange.sendResponseHeaders(reply.length == 0 ? 500 : 200, reply.length == 0 ? -1 : reply.length);
            exchange.getResponseBody().write(reply);
            exchange.close();
        }
    }

    private void openssl(String words) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("openssl " + words + "\n" + said).isZero();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** At which its certificate ends. */
    Path root() {
        return folder.resolve("root.pem");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
