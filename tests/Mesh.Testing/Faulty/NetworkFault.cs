namespace Mesh.Testing.Faulty;

/// <summary>What a <see cref="FaultProxy"/> does to what passes through it; everything at its default passes.</summary>
public sealed record NetworkFault
{
    public static NetworkFault None { get; } = new();

    /// <summary>Nothing comes through in either direction, and nobody is told: a cable pulled out, a firewall that drops.</summary>
    public static NetworkFault Blackhole { get; } = new() { DropsToServer = true, DropsToClient = true };

    /// <summary>New connections are reset at once.</summary>
    public bool Refuses { get; init; }

    /// <summary>What clients send is lost.</summary>
    public bool DropsToServer { get; init; }

    /// <summary>What servers send is lost.</summary>
    public bool DropsToClient { get; init; }

    /// <summary>Every piece is late by this.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>And by up to this at random, besides.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of pieces, 0 to 1, that is lost and comes after a retransmission timeout of TCP: what the loss of packets is to those who talk.</summary>
    public double LossShare { get; init; }

    /// <summary>The share of pieces, 0 to 1, after which a connection is reset: what loss looks like when a path is bad enough.</summary>
    public double ResetShare { get; init; }

    /// <summary>
    /// Larger pieces do not come through until this is over, nor what follows them in their direction, while smaller ones do: a path whose MTU is smaller than its ends believe, and which does not tell them. Null for none.
    /// </summary>
    public int? LargestPiece { get; init; }

    /// <summary>In one direction of one connection; null for no limit.</summary>
    public int? BytesPerSecond { get; init; }
}
