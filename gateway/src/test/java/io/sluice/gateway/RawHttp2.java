package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTP/2 frames (RFC 9113) as nobody should send them. */
final class RawHttp2 {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_HEADERS = 4;
    static final int END_STREAM = 1;
    static final int PROTOCOL_ERROR = 1;
    static final int STREAM_CLOSED = 5;
    static final int ENHANCE_YOUR_CALM = 11;

    private RawHttp2() {}

    /** What is sent behind the preface. */
    interface Frames {
        void send(OutputStream out) throws IOException;
    }

    /** Rapid resets (CVE-2023-44487). */
    static void resets(OutputStream out) throws IOException {
        for (int stream = 1; stream < 2_000; stream += 2) {
            frame(out, HEADERS, END_HEADERS, stream, head());
            frame(out, RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        }
    }

    /** The error code of the GOAWAY that ends it. @throws IOException where it ends without one */
    static int reason(Socket open, Frames frames) throws Exception {
        return after(open, frames, RawHttp2::goAway);
    }

    /**
     * What comes on a stream until it is reset: each frame's type and what it carries, in a line each.
     *
     * @throws IOException where it is not
     */
    static String answerUntilReset(Socket open, Frames frames, int stream) throws Exception {
        return after(open, frames, in -> untilReset(in, stream));
    }

    private interface Reading<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static <T> T after(Socket open, Frames frames, Reading<T> reading) throws Exception {
        try (SSLSocket socket = (SSLSocket) open) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            frame(all, SETTINGS, 0, 0, new byte[0]);
            frames.send(all);
            Thread writer = new Thread(() -> write(socket, all.toByteArray()));
            writer.start();
            T read = reading.read(new DataInputStream(socket.getInputStream()));
            writer.join();
            return read;
        }
    }

    /** As much of it as the server takes. */
    private static void write(SSLSocket socket, byte[] all) {
        try {
            socket.getOutputStream().write(all);
            socket.getOutputStream().flush();
        } catch (IOException ended) {
            return; // what it said stands in the input
        }
    }

    private static int goAway(DataInputStream in) throws IOException {
        while (true) {
            byte[] header = in.readNBytes(9);
            if (header.length < 9) {
                throw new IOException("no GOAWAY before the end");
            }
            byte[] payload = in.readNBytes(ByteBuffer.wrap(header).getInt() >>> 8);
            if (header[3] == GOAWAY && ByteBuffer.wrap(payload).getInt(4) != 0) {
                return ByteBuffer.wrap(payload).getInt(4);
            }
        }
    }

    private static String untilReset(DataInputStream in, int stream) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (true) {
            byte[] header = in.readNBytes(9);
            if (header.length < 9) {
                throw new IOException("no RST_STREAM before the end, but " + answer);
            }
            byte[] payload = in.readNBytes(ByteBuffer.wrap(header).getInt() >>> 8);
            if (ByteBuffer.wrap(header).getInt(5) == stream) {
                answer.append(header[3])
                        .append(' ')
                        .append(new String(payload, ISO_8859_1))
                        .append('\n');
                if (header[3] == RST_STREAM) {
                    return answer.toString();
                }
            }
        }
    }

    static void repeat(OutputStream out, int type, int stream, byte[] payload) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            frame(out, type, 0, stream, payload);
        }
    }

    static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(9);
        header.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream);
        out.write(header.array());
        out.write(payload);
    }

    /** A literal without indexing, its name and value of one letter each. */
    static byte[] trailer() {
        return new byte[] {0, 1, 'x', 1, 'y'};
    }

    /** A literal without indexing (RFC 7541 section 6.2.2), of less than 127 bytes each. */
    static byte[] field(String name, String value) {
        return ByteBuffer.allocate(3 + name.length() + value.length())
                .put((byte) 0)
                .put((byte) name.length())
                .put(name.getBytes(US_ASCII))
                .put((byte) value.length())
                .put(value.getBytes(US_ASCII))
                .array();
    }

    /** {@link #head} and more fields. */
    static byte[] head(byte[]... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(head());
        for (byte[] field : more) {
            block.writeBytes(field);
        }
        return block.toByteArray();
    }

    /** HPACK (RFC 7541): POST, https, and path and authority as literals without indexing. */
    static byte[] head() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x87});
        for (String[] field : new String[][] {{"4", "/v1/datasets/orders/events"}, {"1", "localhost"}}) {
            byte[] value = field[1].getBytes(US_ASCII);
            block.write(Integer.parseInt(field[0]));
            block.write(value.length);
            block.writeBytes(value);
        }
        return Arrays.copyOf(block.toByteArray(), block.size());
    }
}
