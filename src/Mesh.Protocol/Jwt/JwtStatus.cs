namespace Mesh.Protocol.Jwt;

/// <summary>What became of a token; <see cref="JwtStatusText"/> says it in Envoy's words.</summary>
internal enum JwtStatus
{
    Ok,
    Missing,
    NotYetValid,
    Expired,
    BadFormat,

    /// <summary>Longer than <see cref="JsonWebToken.MaxLength"/>.</summary>
    TooLong,
    HeaderBadBase64,
    HeaderBadJson,
    HeaderBadAlgorithm,
    HeaderAlgorithmNotSupported,
    HeaderBadKeyId,

    /// <summary>The header brings keys of its own, points to some, or demands extensions (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>, <c>crit</c>).</summary>
    HeaderNotAllowed,
    PayloadBadBase64,
    PayloadBadJson,
    IssuerNotString,
    SubjectNotString,
    AudienceNotString,
    TokenIdNotString,
    IssuedAtNotInteger,
    NotBeforeNotInteger,
    ExpirationNotInteger,
    SignatureBadBase64,
    UnknownIssuer,
    AudienceNotAllowed,
    SubjectNotAllowed,
    ExpirationMissing,
    LifetimeTooLong,
    VerificationFails,
    KeyNotFound,
    NoUsableKeys,

    /// <summary>Places that should hold the same token hold different ones.</summary>
    MultipleTokens,
}
