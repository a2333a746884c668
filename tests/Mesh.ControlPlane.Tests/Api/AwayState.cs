using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>State in memory that a test takes away and gives back, as a database that is down.</summary>
internal sealed class AwayState : IStateStore
{
    private readonly MemoryState _state = new();

    public bool IsAway { get; set; }

    public bool IsDurable => true;

    public bool IsShared => true;

    public byte[]? Read(string name) => Reached().Read(name);

    public byte[]? ReadSecret(string name) => Reached().ReadSecret(name);

    public void Write(string name, ReadOnlySpan<byte> content) => Reached().Write(name, content);

    public long Append(string name, ReadOnlySpan<byte> content) => Reached().Append(name, content);

    public void Rename(string from, string to) => Reached().Rename(from, to);

    public void Delete(string name) => Reached().Delete(name);

    public string Locate(string name) => name;

    public void Dispose() => _state.Dispose();

    private MemoryState Reached() => IsAway ? throw new StateException("tokens.json (in the database) cannot be read or written: PostgreSQL (db) is away.") : _state;
}
