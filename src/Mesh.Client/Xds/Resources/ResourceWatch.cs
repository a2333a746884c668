using Google.Protobuf;
using Mesh.Client.Xds.Dumps;
using Mesh.Client.Xds.Resources.Rules;

namespace Mesh.Client.Xds.Resources;

/// <summary>What is known of one resource that somebody needs.</summary>
internal sealed class ResourceWatch<T>(string name)
    where T : class
{
    public string Name { get; } = name;

    /// <summary>The last accepted value: kept whatever happens later, unless the resource is really gone.</summary>
    public T? Value { get; set; }

    /// <summary>The bytes of <see cref="Value"/>: the same bytes keep the same value.</summary>
    public ByteString? Bytes { get; set; }

    /// <summary>The version of <see cref="Value"/> (delta).</summary>
    public string Version { get; set; } = "";

    /// <summary>The control plane said so, or was silent too long.</summary>
    public bool IsAbsent { get; set; }

    /// <summary>Why the newest word on it was not followed; null while all is well.</summary>
    public string? Error { get; set; }

    /// <summary>The newest version, which was refused, as far as it could be read; null while all is well.</summary>
    public T? Refused { get; set; }

    /// <summary>When it counts as absent; null while the clock does not run.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>It was held, and is not to be used any more: nothing made of it may stay in force.</summary>
    public bool IsDropped { get; set; }

    /// <summary>It came from the shelf, and no server has spoken of it since.</summary>
    public bool IsRestored { get; set; }

    /// <summary>The control plane removed it with many others: until then it is not believed. Null while nothing is held.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>When something is to become of it, the earliest.</summary>
    public DateTimeOffset? Due => Deadline is { } deadline && HeldUntil is { } held ? (deadline < held ? deadline : held) : Deadline ?? HeldUntil;

    /// <summary>Whether anything at all is known.</summary>
    public bool IsAnswered => Value is not null || IsAbsent || Error is not null;

    /// <summary>For people.</summary>
    /// <param name="typeUrl">Of the resource.</param>
    /// <param name="accepted">The version of all of its type, where it has none of its own.</param>
    public ResourceState Describe(string typeUrl, string accepted) => new(typeUrl, Name)
    {
        Version = Version.Length > 0 || Value is null ? Version : accepted,
        Bytes = Bytes?.Memory,
        IsAbsent = IsAbsent,
        Error = Error,
    };

    /// <summary>No server has spoken of it in time.</summary>
    /// <param name="silence">What that means.</param>
    public void GiveUp(Silence silence)
    {
        Deadline = null;
        IsAbsent |= silence is Silence.Absent;
        if (silence is Silence.Failing)
        {
            Error = $"{Name}: the control plane did not send it in time";
        }
    }

    /// <summary>A response was not read in which it may have been, if nothing is known of it yet.</summary>
    public void Refuse(string reason)
    {
        if (!IsAnswered)
        {
            (Deadline, Error) = (null, $"{Name}: {reason}");
        }
    }

    /// <summary>It is really gone.</summary>
    public void Vanish() => (Value, Bytes, Error, Refused, HeldUntil, IsAbsent) = (null, null, null, null, null, true);

    /// <summary>What was held is not to be used any more.</summary>
    public void Drop()
    {
        if (Value is not null)
        {
            (Value, Bytes, Version, IsDropped) = (null, null, "", true);
        }
    }
}
