package io.sluice.policies.sign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signing keys as files in PEM (RFC 7468): a private key as PKCS#8, mode 600, a public key as SubjectPublicKeyInfo. A
 * private key that others may read is refused, and no file is ever written over. Stateless and thread-safe.
 */
public final class KeyFile {
    /** Largest file that is read. */
    public static final int MAX_BYTES = 65_536;

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private KeyFile() {}

    /** Reads a private key. @throws SigningKeyException where it cannot be used for this */
    public static PrivateKey readPrivate(Path file, KeyUse use) {
        byte[] der = der(file, PRIVATE, use);
        try {
            requireOwnerOnly(file);
            return read(file, use, "private", factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (IOException e) {
            throw new SigningKeyException(file + " cannot be read", e);
        }
    }

    /** Reads a public key. @throws SigningKeyException where it cannot be used for this */
    public static PublicKey readPublic(Path file, KeyUse use) {
        byte[] der = der(file, PUBLIC, use);
        return read(file, use, "public", factory -> factory.generatePublic(new X509EncodedKeySpec(der)));
    }

    private interface Reading<K> {
        K by(KeyFactory factory) throws GeneralSecurityException;
    }

    private static <K extends Key> K read(Path file, KeyUse use, String half, Reading<K> reading) {
        SigningKeyException refusal = new SigningKeyException(file + " holds no "
                + String.join(" or ", use.algorithms()) + " " + half + " key, which " + use.words() + " is");
        for (String algorithm : use.algorithms()) {
            try {
                return reading.by(KeyFactory.getInstance(algorithm));
            } catch (GeneralSecurityException e) {
                refusal.addSuppressed(e);
            }
        }
        throw refusal;
    }

    /**
     * Writes a pair, the public half first: a private key on disk may have signed something, a lone public one has not.
     *
     * @throws SigningKeyException where a file is there already, or cannot be written
     */
    public static void create(KeyPair pair, Path privateFile, Path publicFile) {
        requireNew(privateFile);
        write(publicFile, PUBLIC, pair.getPublic(), "rw-r--r--");
        write(privateFile, PRIVATE, pair.getPrivate(), "rw-------");
    }

    /** @throws SigningKeyException where a file is there already */
    public static void requireNew(Path privateFile) {
        if (Files.exists(privateFile)) {
            throw exists(privateFile);
        }
    }

    private static void write(Path file, String label, Key key, String mode) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        FileAttribute<?> permissions = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions)) {
            channel.write(java.nio.ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new SigningKeyException(file + " cannot be written", e);
        }
    }

    private static SigningKeyException exists(Path file) {
        return new SigningKeyException(
                file + " exists already, and a key that may have signed something is never written over; choose another"
                        + " name");
    }

    private static byte[] der(Path file, String label, KeyUse use) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SigningKeyException(file + " has more than " + MAX_BYTES + " bytes and is no key");
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Matcher matcher = Pattern.compile(
                            "-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label + "-----")
                    .matcher(text);
            if (!matcher.find()) {
                throw new SigningKeyException(file + " holds no \"" + label + "\" in PEM, which " + use.words()
                        + " is; ./sluice policy keygen makes one");
            }
            return Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (NoSuchFileException e) {
            throw new SigningKeyException(file + " does not exist; ./sluice policy keygen makes " + use.words());
        } catch (IllegalArgumentException e) {
            throw new SigningKeyException(file + " is damaged: it holds no base64", e);
        } catch (IOException e) {
            throw new SigningKeyException(file + " cannot be read: check its owner and mode", e);
        }
    }

    /** Throws where somebody but the owner may read or write the file. File systems without modes pass. */
    private static void requireOwnerOnly(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && !OWNERS.containsAll(view.readAttributes().permissions())) {
            throw new SigningKeyException(file
                    + " may be read by others than its owner, so what it signs proves nothing; run: chmod 600 " + file);
        }
    }
}
