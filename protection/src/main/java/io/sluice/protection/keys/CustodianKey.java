package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * The custodian's Ed25519 key (RFC 8032). It signs what the other rooms act on: which revision of a key tree is in force, and
 * that a subject was erased. What is signed begins with its form, so that no signature of one thing is one of another. Safe
 * for several threads.
 */
public final class CustodianKey {
    private static final byte[] PROBE = "sluice custodian key".getBytes(US_ASCII);

    private final PrivateKey key;
    private final CustodianPublicKey publicKey;

    private CustodianKey(PrivateKey key, CustodianPublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /**
     * Reads both halves.
     *
     * @param privateFile PKCS#8 in PEM, mode 600
     * @throws KeyAccessException where a file cannot be used, or both do not belong together
     */
    public static CustodianKey read(Path privateFile, Path publicFile) {
        CustodianPublicKey pinned = CustodianPublicKey.read(publicFile);
        byte[] file = new SharedFile(privateFile).read();
        try {
            byte[] der = PemText.body(new String(file, US_ASCII), PemText.PRIVATE, privateFile);
            CustodianKey key = new CustodianKey(
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)), pinned);
            Arrays.fill(der, (byte) 0);
            if (!pinned.verifies(PROBE, key.sign(PROBE))) {
                throw new KeyAccessException(
                        Code.INVALID, privateFile + " and " + publicFile + " are not halves of one key");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new KeyAccessException(Code.UNREADABLE, privateFile + " holds no Ed25519 private key", e);
        } finally {
            Arrays.fill(file, (byte) 0);
        }
    }

    /**
     * Reads both halves; makes them where there is no private one. The public one is written first: a private key on disk
     * may have signed something, a public one alone has not.
     *
     * @throws KeyAccessException as {@link #read}, or where a file cannot be written
     */
    public static CustodianKey readOrCreate(Path privateFile, Path publicFile) {
        if (Files.exists(privateFile)) {
            return read(privateFile, publicFile);
        }
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            for (Path file : new Path[] {privateFile, publicFile}) {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
            }
            Path beside = publicFile.resolveSibling(publicFile.getFileName() + ".new");
            Files.writeString(
                    beside, PemText.of(PemText.PUBLIC, pair.getPublic().getEncoded()));
            Files.move(beside, publicFile, StandardCopyOption.REPLACE_EXISTING);
            new SharedFile(privateFile)
                    .createIfAbsent(
                            PemText.of(PemText.PRIVATE, pair.getPrivate().getEncoded())
                                    .getBytes(US_ASCII));
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNWRITABLE, publicFile + " cannot be written", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 has Ed25519", e);
        }
        return read(privateFile, publicFile); // where another process was faster, its halves differ and this says so
    }

    /** The signature of these bytes, 64 bytes; the same again for the same bytes. */
    public byte[] sign(byte[] message) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(key);
            ed25519.update(message);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 could not sign", e);
        }
    }

    /** The half that others pin. */
    public CustodianPublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String toString() {
        return "CustodianKey[hidden]";
    }
}
