namespace Mesh.Client.Identity.Documents;

/// <summary>Why a sealed document is not believed, in words that logs and tests may rely on.</summary>
internal static class SealReasons
{
    public const string Malformed = "seal_malformed";
    public const string Unsigned = "seal_unsigned";
    public const string Tampered = "seal_tampered";
    public const string Foreign = "seal_foreign";
    public const string OtherKind = "seal_other_kind";
    public const string TooOld = "seal_too_old";
    public const string FromTheFuture = "seal_from_the_future";
}
