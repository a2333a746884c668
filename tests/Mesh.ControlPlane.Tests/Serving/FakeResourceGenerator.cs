using Google.Protobuf;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Tests.Serving;

/// <summary>Generates what a test put in; the text is payload and version at once.</summary>
internal sealed class FakeResourceGenerator : IResourceGenerator
{
    private readonly Dictionary<(string TypeUrl, string Name), string> _content = [];
    private readonly Lock _lock = new();
    private long _version;

    /// <summary>How many resources were generated so far.</summary>
    public int Generated { get; private set; }

    public ClientView View { get; } = new(ClientKind.MeshClient, "default", "default.svc.cluster.local", "", "");

    public MeshState State { get; private set; } = MeshState.Empty;

    /// <summary>Puts a resource in, or takes it out with null, and makes a new state.</summary>
    public MeshState Set(string typeUrl, string name, string? content = "1")
    {
        lock (_lock)
        {
            if (content is null)
            {
                _content.Remove((typeUrl, name));
            }
            else
            {
                _content[(typeUrl, name)] = content;
            }

            return State = new MeshState(++_version, ConfigSnapshot.Empty, RegistrySnapshot.Empty);
        }
    }

    public GeneratedResource? Generate(MeshState state, ClientView client, string typeUrl, string name)
    {
        lock (_lock)
        {
            Generated++;
            return _content.TryGetValue((typeUrl, name), out var content)
                ? new GeneratedResource(name, content, ByteString.CopyFromUtf8($"{name}={content}")) { IsWithoutEndpoints = content.Length == 0 }
                : null;
        }
    }

    public IReadOnlyList<string> NamesOf(MeshState state, ClientView client, string typeUrl)
    {
        lock (_lock)
        {
            return [.. _content.Keys.Where(key => key.TypeUrl == typeUrl).Select(key => key.Name).Order(StringComparer.Ordinal)];
        }
    }
}
