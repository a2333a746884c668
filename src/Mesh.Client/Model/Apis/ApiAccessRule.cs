using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>Requests that need a key, and whose.</summary>
/// <param name="Name">NAMESPACE/NAME/RULE of the resource that says so.</param>
/// <param name="Namespace">Whose consumers are meant.</param>
internal sealed record ApiAccessRule(string Name, string Namespace)
{
    /// <summary>One of them has to match; empty means every request.</summary>
    public ImmutableArray<RequestCondition> Matches { get; init; } = [];

    /// <summary>Where a key is looked for, in order.</summary>
    public ImmutableArray<ApiKeyPlace> Places { get; init; } = [];

    /// <summary>NAMESPACE/NAME of those that may call; with plans, either suffices, and with none of both everybody of the namespace.</summary>
    public FrozenSet<string> Consumers { get; init; } = [];

    /// <summary>NAMESPACE/NAME of plans whose consumers may call.</summary>
    public FrozenSet<string> Plans { get; init; } = [];

    /// <summary>Whether a request without any key passes.</summary>
    public bool AllowsAnonymous { get; init; }

    /// <summary>Whether the key is sent on.</summary>
    public bool ForwardsKey { get; init; }
}
