package io.sluice.gateway.receive;

/**
 * Watches the bytes of a request head for what Netty reads more kindly than RFC 9112 has it: a request line that is not
 * method, target and {@code HTTP/1.1} with one space between (section 3), anything but empty lines before it (section 2.2), and folded header
 * lines (section 5.2). Lives on one event loop.
 */
final class HeadBytes {
    /** Case-sensitive: RFC 9112 section 2.3. */
    private static final String VERSION = "HTTP/1.1";

    private boolean inRequestLine = true;
    private int lineBytes;
    private int spaces;
    private int versionBytes;
    private boolean bad;
    private byte last;

    /** The next byte that the decoder took. */
    void feed(byte here) {
        if (inRequestLine) {
            requestLine(here);
        } else {
            bad |= last == '\n' && (here == ' ' || here == '\t');
        }
        last = here;
    }

    /** Whether the head is to be refused. */
    boolean bad() {
        return bad;
    }

    private void requestLine(byte here) {
        if (here == '\n') {
            if (lineBytes > 0) {
                inRequestLine = false;
                bad |= versionBytes != VERSION.length();
            }
        } else if (here == ' ') {
            bad |= lineBytes == 0 || last == ' ' || spaces == 2;
            spaces++;
        } else if (here != '\r') {
            bad |= here < '!' || here > '~';
            lineBytes++;
            if (spaces >= 2) {
                bad |= versionBytes >= VERSION.length() || VERSION.charAt(versionBytes) != here;
                versionBytes++;
            }
        }
    }
}
