using Mesh.Client.Model;

namespace Mesh.Client.Xds.Decoders.Headers;

/// <summary>The header edits of one level, in both directions; null where it has none.</summary>
internal sealed record EditLevel(HeaderEdits? Request, HeaderEdits? Response)
{
    public static EditLevel None { get; } = new(null, null);
}
