namespace Mesh.ControlPlane.Storage;

/// <summary>Keeps state for the life of the process; who appends sets a document aside when it is long enough.</summary>
internal sealed class MemoryState : IStateStore
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Dictionary<string, MemoryStream> _documents = new(StringComparer.Ordinal);

    public bool IsDurable => false;

    public byte[]? Read(string name)
    {
        lock (_lock)
        {
            return _documents.GetValueOrDefault(name)?.ToArray();
        }
    }

    public byte[]? ReadSecret(string name) => Read(name);

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            var document = new MemoryStream();
            document.Write(content);
            _documents[name] = document;
        }
    }

    public long Append(string name, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            if (!_documents.TryGetValue(name, out var document))
            {
                _documents[name] = document = new MemoryStream();
            }

            document.Write(content);
            return document.Length;
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (_documents.Remove(from, out var document))
            {
                _documents[to] = document;
            }
        }
    }

    public void Delete(string name)
    {
        lock (_lock)
        {
            _documents.Remove(name);
        }
    }

    public string Locate(string name) => $"{name} (in memory)";

    public void Dispose()
    {
        lock (_lock)
        {
            _documents.Clear();
        }
    }
}
