using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder.Writing;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Settings of a <see cref="FolderConfigStore"/>.</summary>
internal sealed record FolderConfigStoreOptions
{
    public required string Folder { get; init; }

    /// <summary>For namespaced resources that name none.</summary>
    public string DefaultNamespace { get; init; } = "default";

    /// <summary>Refuses what speaks of another namespace's hosts; null when everybody may.</summary>
    public OwnedHosts? OwnedHosts { get; init; }

    /// <summary>Somebody else keeps the folder: nothing is written into it.</summary>
    public bool IsReadOnly { get; init; }

    public StoreLimits Limits { get; init; } = StoreLimits.Default;

    /// <summary>How files are written.</summary>
    public IDurableFiles Files { get; init; } = new DurableFiles();

    /// <summary>How long the folder must be quiet before it is read: an editor writes in several steps.</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest a busy folder can put off being read.</summary>
    public TimeSpan LongestSettle { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the folder is looked at without notice: network folders and exhausted inotify watches give none.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);
}
