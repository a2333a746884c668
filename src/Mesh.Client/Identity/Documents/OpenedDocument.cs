using System.Diagnostics.CodeAnalysis;

namespace Mesh.Client.Identity.Documents;

/// <summary>What a sealed document holds, or why it is not believed.</summary>
/// <param name="Content">Null when it is not believed.</param>
/// <param name="SealedAt">When it was sealed.</param>
/// <param name="Reason">One of <see cref="SealReasons"/>, or of those of certificates; null when it is believed.</param>
/// <param name="Detail">What was expected and what came, for logs.</param>
internal sealed record OpenedDocument(byte[]? Content, DateTimeOffset SealedAt, string? Reason, string? Detail)
{
    [MemberNotNullWhen(true, nameof(Content))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsAccepted => Content is not null;

    public static OpenedDocument Accept(byte[] content, DateTimeOffset sealedAt) => new(content, sealedAt, null, null);

    public static OpenedDocument Refuse(string reason, string detail) => new(null, default, reason, detail);
}
