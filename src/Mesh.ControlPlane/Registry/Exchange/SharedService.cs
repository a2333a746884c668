using System.Collections.Immutable;

namespace Mesh.ControlPlane.Registry.Exchange;

/// <summary>A service as control planes tell each other of it.</summary>
internal sealed record SharedService
{
    public required string Hostname { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public ImmutableArray<ServicePort> Ports { get; init; } = [];

    public ImmutableArray<string> ExportTo { get; init; } = [];

    public ImmutableArray<string> SubjectAltNames { get; init; } = [];

    public string SessionCookie { get; init; } = "";

    public DateTimeOffset CreationTimestamp { get; init; }

    public ImmutableArray<SharedEndpoint> Endpoints { get; init; } = [];
}
