using System.Collections.Immutable;

namespace Mesh.Client.Propagation;

/// <summary>The headers of the request being served that every outbound call of the same logical request carries on.</summary>
/// <remarks>Mesh.Server captures them, the outbound pipeline re-emits them; the application copies nothing.</remarks>
internal sealed class PropagatedHeaders(ImmutableArray<KeyValuePair<string, string>> headers)
{
    private static readonly AsyncLocal<PropagatedHeaders?> CurrentValue = new();

    /// <summary>The headers of the logical request this code runs for; null outside of one.</summary>
    public static PropagatedHeaders? Current
    {
        get => CurrentValue.Value;
        set => CurrentValue.Value = value;
    }

    /// <summary>Names in lower case, each with its values joined by a comma.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; } = headers;
}
