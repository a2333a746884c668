namespace Mesh.ControlPlane.Storage;

/// <summary>Keeps what a control plane must not forget: keys, tokens, what was issued and revoked. Replicas can share one by another implementation.</summary>
internal interface IStateStore : IDisposable
{
    /// <summary>Whether what is written outlives the process.</summary>
    bool IsDurable { get; }

    /// <summary>Whether other control planes write here too: what was read before may be out of date.</summary>
    bool IsShared => false;

    /// <summary>Raised, with the name of a document, after another control plane wrote it; never where the store is not shared.</summary>
    event Action<string>? Changed
    {
        add { }
        remove { }
    }

    /// <summary>The bytes of a document; null when there is none.</summary>
    /// <exception cref="StateException">It is there and cannot be used.</exception>
    byte[]? Read(string name);

    /// <summary>Like <see cref="Read"/>, for private keys: refused where another user of the machine could read it (S35).</summary>
    /// <exception cref="StateException">It is there and cannot be used, or others may read it.</exception>
    byte[]? ReadSecret(string name);

    /// <summary>Replaces a document: whole or not at all, and for good when it returns.</summary>
    /// <exception cref="StateException">It cannot be written.</exception>
    void Write(string name, ReadOnlySpan<byte> content);

    /// <summary>Adds to the end of a document.</summary>
    /// <returns>Its length after that, in bytes.</returns>
    /// <exception cref="StateException">It cannot be written.</exception>
    long Append(string name, ReadOnlySpan<byte> content);

    /// <summary>Makes what was appended to a document last over a loss of power; nothing to do where <see cref="Append"/> does that already.</summary>
    /// <exception cref="StateException">It cannot be written.</exception>
    void Sync(string name)
    {
    }

    /// <summary>What was added to a document by <see cref="Append"/> after a position; some of it may come twice, and nothing is left out.</summary>
    /// <param name="name">Of the document.</param>
    /// <param name="position">0 for the beginning; moved on to where the next call goes on.</param>
    /// <exception cref="StateException">It cannot be read.</exception>
    byte[] ReadAdded(string name, ref long position)
    {
        // Nobody else adds: after the first time there is nothing that the caller does not know.
        var content = position == 0 ? Read(name) : null;
        position = 1;
        return content ?? [];
    }

    /// <summary>Runs work that reads, decides and writes documents: no other control plane writes one meanwhile, and all that it writes is there for good, or nothing of it, when this returns.</summary>
    /// <exception cref="StateException">It cannot be read or written.</exception>
    T Exclusively<T>(Func<T> work) => work();

    /// <summary>Renames a document over whatever had the name; nothing happens when there is none.</summary>
    void Rename(string from, string to);

    /// <summary>Nothing happens when there is none.</summary>
    void Delete(string name);

    /// <summary>Where a document is, for people.</summary>
    string Locate(string name);
}
