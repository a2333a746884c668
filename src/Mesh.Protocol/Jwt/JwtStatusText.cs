namespace Mesh.Protocol.Jwt;

/// <summary>Says what became of a token in the words of Envoy's <c>jwt_authn</c> filter, which clients and tests know.</summary>
internal static class JwtStatusText
{
    public static string Of(JwtStatus status) => status switch
    {
        JwtStatus.Ok => "OK",
        JwtStatus.Missing => "Jwt is missing",
        JwtStatus.NotYetValid => "Jwt not yet valid",
        JwtStatus.Expired => "Jwt is expired",
        JwtStatus.BadFormat => "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        JwtStatus.TooLong => "Jwt is too long",
        JwtStatus.HeaderBadBase64 => "Jwt header is an invalid Base64url encoded",
        JwtStatus.HeaderBadJson => "Jwt header is an invalid JSON",
        JwtStatus.HeaderBadAlgorithm => "Jwt header [alg] field is required and must be a string",
        JwtStatus.HeaderAlgorithmNotSupported => "Jwt header [alg] is not supported",
        JwtStatus.HeaderBadKeyId => "Jwt header [kid] field is not a string",
        JwtStatus.HeaderNotAllowed => "Jwt header has a field that is not allowed",
        JwtStatus.SignatureBadBase64 => "Jwt signature is an invalid Base64url encoded",
        JwtStatus.UnknownIssuer => "Jwt issuer is not configured",
        JwtStatus.VerificationFails => "Jwt verification fails",
        JwtStatus.KeyNotFound => "Jwks doesn't have key to match kid or alg from Jwt",
        JwtStatus.NoUsableKeys => "Jwks doesn't have any valid public key",
        JwtStatus.MultipleTokens => "Found multiple Jwt tokens",
        _ => OfPayload(status),
    };

    private static string OfPayload(JwtStatus status) => status switch
    {
        JwtStatus.PayloadBadBase64 => "Jwt payload is an invalid Base64url encoded",
        JwtStatus.PayloadBadJson => "Jwt payload is an invalid JSON",
        JwtStatus.IssuerNotString => "Jwt payload [iss] field is not a string",
        JwtStatus.SubjectNotString => "Jwt payload [sub] field is not a string",
        JwtStatus.AudienceNotString => "Jwt payload [aud] field is not a string or string list",
        JwtStatus.TokenIdNotString => "Jwt payload [jti] field is not a string",
        JwtStatus.IssuedAtNotInteger => "Jwt payload [iat] field is not an integer",
        JwtStatus.NotBeforeNotInteger => "Jwt payload [nbf] field is not an integer",
        JwtStatus.ExpirationNotInteger => "Jwt payload [exp] field is not an integer",
        JwtStatus.AudienceNotAllowed => "Audiences in Jwt are not allowed",
        JwtStatus.SubjectNotAllowed => "Subject in Jwt is not allowed",
        JwtStatus.ExpirationMissing => "Jwt payload [exp] field is required",
        JwtStatus.LifetimeTooLong => "Jwt lifetime is too long",
        _ => "Jwt is not valid",
    };
}
