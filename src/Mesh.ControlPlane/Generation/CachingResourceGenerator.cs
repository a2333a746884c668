using Google.Protobuf;

namespace Mesh.ControlPlane.Generation;

/// <summary>Remembers what an inner generator made: once for each input that can make a difference, and one copy of equal bytes for all clients.</summary>
internal sealed class CachingResourceGenerator(IResourceGenerator inner, int capacity = CachingResourceGenerator.DefaultCapacity) : IResourceGenerator
{
    public const int DefaultCapacity = 50_000;

    private readonly BoundedCache<ResourceKey, GeneratedResource?> _resources = new(capacity, static key => key.Client.Length + key.Name.Length);
    private readonly BoundedCache<NamesKey, IReadOnlyList<string>> _names = new(Math.Max(1, capacity / 100), static key => key.Client.Length);

    // By content: a new state makes most resources anew with the bytes they had.
    private readonly BoundedCache<ByteString, ByteString> _payloads = new(capacity);

    public GeneratedResource? Generate(MeshState state, ClientView client, string typeUrl, string name)
    {
        var key = new ResourceKey(state.Stamps.Of(state, typeUrl, name), client, typeUrl, name);
        if (_resources.TryGet(key, out var known))
        {
            return known;
        }

        var made = inner.Generate(state, client, typeUrl, name);
        if (made is not null)
        {
            made = made with { Payload = _payloads.GetOrAdd(made.Payload, made.Payload) };
        }

        return _resources.GetOrAdd(key, made);
    }

    public IReadOnlyList<string> NamesOf(MeshState state, ClientView client, string typeUrl)
    {
        var key = new NamesKey(state.Version, client, typeUrl);
        return _names.TryGet(key, out var known) ? known : _names.GetOrAdd(key, inner.NamesOf(state, client, typeUrl));
    }

    private readonly record struct ResourceKey(long Stamp, ClientView Client, string TypeUrl, string Name);

    private readonly record struct NamesKey(long StateVersion, ClientView Client, string TypeUrl);
}
