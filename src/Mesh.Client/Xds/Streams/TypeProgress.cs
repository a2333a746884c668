using Mesh.Client.Xds.Resources;

namespace Mesh.Client.Xds.Streams;

/// <summary>How far one stream is with the resources of one type.</summary>
internal sealed class TypeProgress(ResourceTable table)
{
    public ResourceTable Table { get; } = table;

    /// <summary>Whether the server has heard of this type on this stream.</summary>
    public bool IsStarted { get; set; }

    /// <summary>The names the server believes this client wants.</summary>
    public HashSet<string> Subscribed { get; } = new(StringComparer.Ordinal);

    /// <summary>Of the last response.</summary>
    public string Nonce { get; set; } = "";

    /// <summary>The last response waits for its ACK, or for its NACK with <see cref="Error"/>.</summary>
    public bool OwesAnswer { get; set; }

    /// <summary>Why the last response is not accepted as a whole.</summary>
    public string? Error { get; set; }

    /// <summary>Names to subscribe to.</summary>
    public string[] Missing => [.. Table.Names.Where(name => !Subscribed.Contains(name))];

    /// <summary>Names to unsubscribe from.</summary>
    public string[] Surplus => [.. Subscribed.Where(name => !Table.IsNeeded(name))];

    /// <summary>Whether there is anything to tell the server; a first word without a name would ask for everything.</summary>
    public bool HasNews => OwesAnswer || (IsStarted || Table.Names.Count > 0) && (Missing.Length > 0 || Surplus.Length > 0);
}
