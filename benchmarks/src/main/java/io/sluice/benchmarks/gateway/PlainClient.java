package io.sluice.benchmarks.gateway;

import io.sluice.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One connection of HTTP/1.1 that costs little itself, so that what is measured is the server. Not thread-safe. */
final class PlainClient implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    /** Of every request. */
    private final String head;

    private final SSLSocket socket;
    private final OutputStream out;
    private final InputStream in;

    PlainClient(SSLContext tls, int port, Posts posts) throws IOException {
        StringBuilder begin = new StringBuilder("POST " + posts.path() + " HTTP/1.1\r\nHost: localhost\r\n");
        posts.headers().forEach((name, value) -> begin.append(name + ": " + value + "\r\n"));
        head = begin.toString();
        socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
    }

    /** Posts and reads the answer. @throws CommandFailure where it is not 202: a refusal is cheap and would look fast */
    void post(String type, String id, byte[] body) throws IOException {
        byte[] begin = (head + "Content-Type: " + type + "\r\nIdempotency-Key: " + id + "\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[begin.length + body.length];
        System.arraycopy(begin, 0, request, 0, begin.length);
        System.arraycopy(body, 0, request, begin.length, body.length);
        out.write(request);
        out.flush();
        String status = line();
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
        }
        byte[] answer = in.readNBytes(length);
        if (!status.startsWith("HTTP/1.1 202")) {
            throw new CommandFailure("A post was answered with " + status + ": "
                    + new String(answer, 0, Math.min(answer.length, 400), StandardCharsets.UTF_8));
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended in the middle of an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
