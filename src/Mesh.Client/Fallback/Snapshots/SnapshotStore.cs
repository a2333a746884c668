using System.Security.Cryptography;
using Mesh.Client.Identity.Keeping;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>Two generations of one workload's snapshot on disk: what cannot be believed is told in one line, and the one before it is tried.</summary>
/// <param name="folder">For the owner alone.</param>
/// <param name="name">Of the newest generation.</param>
/// <param name="owner">The workload; another's is not used.</param>
/// <param name="seal">Proves whose it is.</param>
/// <param name="maxAge">Older ones are not used.</param>
/// <param name="logger">Tells.</param>
internal sealed class SnapshotStore(OwnerOnlyFolder folder, string name, string owner, ISnapshotSeal seal, TimeSpan maxAge, ILogger<SnapshotStore> logger)
{
    private const int MaxLength = Identity.Documents.SealedDocument.MaxLength;

    private bool _failureTold;

    private string Previous => name + ".previous";

    /// <summary>The newest generation that can be believed, and when it was confirmed; null when there is none. Never an exception.</summary>
    public (SnapshotContent Content, DateTimeOffset ConfirmedAt)? Read(DateTimeOffset now)
    {
        var reasons = new List<string>();
        foreach (var file in (ReadOnlySpan<string>)[name, Previous])
        {
            if (TryRead(file, now, reasons) is { } found)
            {
                FallbackLog.SnapshotRead(logger, found.Content.Resources.Length, folder.PathOf(file), found.ConfirmedAt);
                return found;
            }
        }

        if (reasons.Count > 0)
        {
            FallbackLog.SnapshotIgnored(logger, string.Join("; ", reasons));
        }

        return null;
    }

    /// <summary>False when it could not be written; the first failure of a row is told.</summary>
    public bool Write(SnapshotContent content, DateTimeOffset now)
    {
        try
        {
            if (seal.Seal(content.Write(), now) is not { } document)
            {
                return false;
            }

            if (document.Length > MaxLength)
            {
                throw new IOException($"it would have {document.Length} bytes: at most {MaxLength} are read again");
            }

            folder.Write(name, document, Previous);
            _failureTold = false;
            FallbackLog.SnapshotWritten(logger, content.Resources.Length, folder.PathOf(name));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (!_failureTold)
            {
                _failureTold = true;
                FallbackLog.SnapshotNotWritten(logger, folder.PathOf(name), exception.Message);
            }

            return false;
        }
    }

    /// <summary>Removes what a process that was killed while it wrote has left.</summary>
    public void Clean()
    {
        try
        {
            folder.Clean();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way; writing tells what is wrong with the folder.
        }
    }

    private (SnapshotContent Content, DateTimeOffset ConfirmedAt)? TryRead(string file, DateTimeOffset now, List<string> reasons)
    {
        try
        {
            if (folder.Read(file, MaxLength) is not { } document)
            {
                return null;
            }

            var opened = seal.Open(document, maxAge, now);
            if (!opened.IsAccepted)
            {
                reasons.Add($"{folder.PathOf(file)}: {opened.Detail} ({opened.Reason})");
                return null;
            }

            var content = SnapshotContent.Read(opened.Content);
            if (content.Owner == owner)
            {
                return (content, opened.SealedAt);
            }

            reasons.Add($"{folder.PathOf(file)}: it is that of '{content.Owner}', this workload is '{owner}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            reasons.Add($"{folder.PathOf(file)}: {exception.Message}");
        }

        return null;
    }
}
