package io.sluice.policies.sign;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * Signs bundles as JSON Web Signatures do (RFC 7518 section 3): ES256 by a key on P-256, RS256 by an RSA key. Both sign the
 * same bytes alike, so that a build is reproducible: ES256 takes its {@code k} from key and message (RFC 6979).
 *
 * <p>Stateless and thread-safe.
 */
public final class BundleKeys {
    /** The smallest RSA key that signs. */
    public static final int MIN_RSA_BITS = 2_048;

    private static final int P256_BYTES = 32;
    private static final X9ECParameters P256 = CustomNamedCurves.getByName("secp256r1");
    private static final ECDomainParameters P256_DOMAIN = new ECDomainParameters(P256);

    private BundleKeys() {}

    /** The JWS algorithm of a private key. @throws IllegalArgumentException if it cannot sign bundles */
    public static String algorithm(PrivateKey key) {
        if (key instanceof ECPrivateKey ec && isP256(ec)) {
            return "ES256";
        }
        if (key instanceof RSAPrivateCrtKey rsa && rsa.getModulus().bitLength() >= MIN_RSA_BITS) {
            return "RS256";
        }
        throw new IllegalArgumentException("Bundles are signed with a key on P-256 (ES256), or an RSA key of "
                + MIN_RSA_BITS + " bits or more (RS256)");
    }

    /** The public half of a private key. @throws IllegalArgumentException if it cannot sign bundles */
    public static PublicKey publicKey(PrivateKey key) {
        try {
            if (algorithm(key).equals("RS256")) {
                RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
                return KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            }
            ECPrivateKey ec = (ECPrivateKey) key;
            var point = new FixedPointCombMultiplier()
                    .multiply(P256.getG(), ec.getS())
                    .normalize();
            ECPoint affine = new ECPoint(
                    point.getAffineXCoord().toBigInteger(),
                    point.getAffineYCoord().toBigInteger());
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(affine, ec.getParams()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The key that signs bundles is malformed", e);
        }
    }

    /** The signature of {@code signingInput}, as JWS has it. @throws IllegalArgumentException if the key cannot sign bundles */
    public static byte[] sign(String signingInput, PrivateKey key) {
        byte[] input = signingInput.getBytes(StandardCharsets.US_ASCII);
        try {
            if (algorithm(key).equals("ES256")) {
                return es256(input, ((ECPrivateKey) key).getS());
            }
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The key cannot sign a bundle", e);
        }
    }

    /** Whether a signature holds. Only the algorithm of the key's own kind is taken. */
    public static boolean verifies(PublicKey key, String algorithm, String signingInput, byte[] signature)
            throws GeneralSecurityException {
        String name;
        if (algorithm.equals("RS256") && key.getAlgorithm().equals("RSA")) {
            name = "SHA256withRSA";
        } else if (algorithm.equals("ES256") && key instanceof ECPublicKey) {
            name = "SHA256withECDSAinP1363Format"; // R || S
        } else {
            return false;
        }
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify(key);
        verifier.update(signingInput.getBytes(StandardCharsets.US_ASCII));
        return verifier.verify(signature);
    }

    private static byte[] es256(byte[] input, BigInteger key) {
        SHA256Digest digest = new SHA256Digest();
        digest.update(input, 0, input.length);
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(key, P256_DOMAIN));
        BigInteger[] signature = signer.generateSignature(hash);
        byte[] joined = new byte[2 * P256_BYTES];
        BigIntegers.asUnsignedByteArray(signature[0], joined, 0, P256_BYTES);
        BigIntegers.asUnsignedByteArray(signature[1], joined, P256_BYTES, P256_BYTES);
        return joined;
    }

    private static boolean isP256(ECPrivateKey key) {
        return key.getParams().getOrder().equals(P256.getN())
                && key.getParams()
                        .getCurve()
                        .getA()
                        .equals(P256.getCurve().getA().toBigInteger());
    }
}
