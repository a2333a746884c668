using System.Collections.Concurrent;

namespace Mesh.ControlPlane.Storage;

/// <summary>Keeps state for the life of the process.</summary>
internal sealed class MemoryState : IStateStore
{
    private readonly ConcurrentDictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    public bool IsDurable => false;

    public byte[]? Read(string name) => _documents.GetValueOrDefault(name);

    public byte[]? ReadSecret(string name) => Read(name);

    public void Write(string name, ReadOnlySpan<byte> content) => _documents[name] = content.ToArray();

    // What is only appended to is a history, and the index of what still counts is in memory anyway.
    public long Append(string name, ReadOnlySpan<byte> content) => 0;

    public void Rename(string from, string to)
    {
        if (_documents.TryRemove(from, out var content))
        {
            _documents[to] = content;
        }
    }

    public void Delete(string name) => _documents.TryRemove(name, out _);

    public string Locate(string name) => $"{name} (in memory)";

    public void Dispose() => _documents.Clear();
}
