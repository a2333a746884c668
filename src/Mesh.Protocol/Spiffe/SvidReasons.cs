namespace Mesh.Protocol.Spiffe;

/// <summary>Why a certificate is not believed, in words that logs, metrics and tests may rely on.</summary>
internal static class SvidReasons
{
    public const string Missing = "svid_missing";
    public const string MultipleUri = "svid_multiple_uri";
    public const string NoUri = "svid_no_uri";
    public const string BadId = "svid_bad_id";
    public const string SanEncoding = "svid_san_encoding";
    public const string IsCa = "svid_is_ca";
    public const string KeyUsage = "svid_key_usage";
    public const string ExtendedKeyUsage = "svid_extended_key_usage";
    public const string UnknownTrustDomain = "svid_unknown_trust_domain";
    public const string Chain = "svid_chain";
    public const string Expired = "svid_expired";
    public const string NotYetValid = "svid_not_yet_valid";
    public const string WeakKey = "svid_weak_key";
    public const string Revoked = "svid_revoked";
}
