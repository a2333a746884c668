using System.Text;

namespace Mesh.Protocol.Jwt;

/// <summary>Verifies who has signed a token.</summary>
internal static class JsonWebTokenVerifier
{
    /// <summary>Tries the keys that have the token's key id, or no id at all, and that its algorithm may be used with.</summary>
    public static JwtStatus Verify(JsonWebToken token, JsonWebKeySet keys)
    {
        if (keys.Keys.IsEmpty)
        {
            return JwtStatus.NoUsableKeys;
        }

        var signed = new byte[token.Signed.Length];
        Encoding.ASCII.GetBytes(token.Signed, signed);
        var status = JwtStatus.KeyNotFound;
        foreach (var key in keys.Keys)
        {
            if (!IsCandidate(key, token))
            {
                continue;
            }

            if (key.Verify(token.Algorithm, signed, token.Signature.Span))
            {
                return JwtStatus.Ok;
            }

            status = JwtStatus.VerificationFails;
        }

        return status;
    }

    // A key without an id may be anybody's; one with another id is not the key that the token names.
    private static bool IsCandidate(JsonWebKey key, JsonWebToken token) =>
        (token.KeyId is null || key.KeyId is null || key.KeyId == token.KeyId) && key.Fits(token.Algorithm);
}
