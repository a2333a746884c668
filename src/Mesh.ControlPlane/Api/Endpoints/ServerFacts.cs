using Mesh.Config;
using Mesh.ControlPlane.Api.Registries;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>What the API tells of the server that it runs in.</summary>
internal sealed record ServerFacts
{
    /// <summary>Whether the xDS port without credentials listens.</summary>
    public required bool HasPlaintextPort { get; init; }

    /// <summary>Whether every caller of the API needs a token.</summary>
    public required bool AsksForTokens { get; init; }

    /// <summary>Whether only this machine reaches the ports.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>Where configuration is kept, for people.</summary>
    public required string Store { get; init; }

    /// <summary>The registries beside the store.</summary>
    public RegistryFeeds Registries { get; init; } = RegistryFeeds.None;

    /// <summary>Where its workloads are.</summary>
    public ServerPlace Place { get; init; } = new("", "");

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>What the store has to say of the files that it reads.</summary>
    public required Func<IEnumerable<ResourceFinding>> Findings { get; init; }
}
