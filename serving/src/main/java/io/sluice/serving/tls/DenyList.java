package io.sluice.serving.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that an operator shuts out at once, without waiting for an authority's next revocation list. A text file:
 *
 * <pre>
 * # stolen laptop
 * serial 5f3a09c1...          hexadecimal, of whatever issuer
 * key sha256:9c1185a5...      hash of the SubjectPublicKeyInfo (RFC 7469 section 2.4), hexadecimal
 * </pre>
 *
 * <p>A key stays shut out when its certificate is renewed; of an authority, everybody below it. Immutable.
 */
final class DenyList {
    static final DenyList NOBODY = new DenyList(Set.of(), Set.of());

    private static final int MAX_BYTES = 4 << 20;
    private static final Pattern LINE = Pattern.compile("(?:serial ([0-9a-f]{1,40})|key sha256:([0-9a-f]{64}))");

    private final Set<BigInteger> serials;
    private final Set<String> keys;

    private DenyList(Set<BigInteger> serials, Set<String> keys) {
        this.serials = Set.copyOf(serials);
        this.keys = Set.copyOf(keys);
    }

    /** Reads the file. @throws CertificateException naming the first line that it cannot read: half a list is none */
    static DenyList read(@Nullable Path file) throws IOException, CertificateException {
        if (file == null) {
            return NOBODY;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new CertificateException(file + " has more than " + MAX_BYTES + " bytes");
        }
        Set<BigInteger> serials = new HashSet<>();
        Set<String> keys = new HashSet<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new CertificateException(file + " is not UTF-8", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT);
            if (line.isEmpty()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new CertificateException(file + ", line " + (i + 1)
                        + ": write \"serial HEX\" or \"key sha256:HEX\", the hash having 64 digits");
            }
            if (matcher.group(1) != null) {
                serials.add(new BigInteger(matcher.group(1), 16));
            } else {
                keys.add(matcher.group(2));
            }
        }
        return new DenyList(serials, keys);
    }

    boolean denies(X509Certificate certificate) {
        return serials.contains(certificate.getSerialNumber())
                || (!keys.isEmpty() && keys.contains(keyHash(certificate)));
    }

    private static String keyHash(X509Certificate certificate) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(certificate.getPublicKey().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
