using System.Collections.Immutable;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Collects the reasons against one resource, each with its place in the message; bounded, as a peer writes the message.</summary>
internal sealed class DecodeErrors
{
    private const int MaxErrors = 10;

    private readonly List<string> _errors;
    private readonly string _path;

    public DecodeErrors()
        : this([], "")
    {
    }

    private DecodeErrors(List<string> errors, string path)
    {
        _errors = errors;
        _path = path;
    }

    public bool Any => _errors.Count > 0;

    /// <summary>The same collection, for a part of the message.</summary>
    public DecodeErrors In(string field) => new(_errors, _path.Length == 0 ? field : $"{_path}.{field}");

    public DecodeErrors In(string field, int index) => In($"{field}[{index}]");

    public void Add(string reason)
    {
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(_path.Length == 0 ? reason : $"{_path}: {reason}");
        }
    }

    public ImmutableArray<string> ToImmutable() => [.. _errors];
}
