using System.Diagnostics.CodeAnalysis;

namespace Mesh.Protocol.Spiffe;

/// <summary>Who a peer is, or why it is not believed.</summary>
/// <param name="Id">Null when it is not believed, whatever it claims.</param>
/// <param name="Reason">One of <see cref="SvidReasons"/>; null when it is believed.</param>
/// <param name="Detail">What was expected and what came, for logs; never for the peer.</param>
internal sealed record SvidVerdict(SpiffeId? Id, string? Reason, string? Detail)
{
    [MemberNotNullWhen(true, nameof(Id))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsAccepted => Id is not null;

    public static SvidVerdict Accept(SpiffeId id) => new(id, null, null);

    public static SvidVerdict Refuse(string reason, string detail) => new(null, reason, detail);
}
