using Mesh.Config;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Messages of <see cref="FolderConfigStore"/>.</summary>
internal static partial class FolderConfigStoreLog
{
    [LoggerMessage(EventId = 8000, EventName = "ConfigLoaded", Level = LogLevel.Information, Message = "Loaded {Resources} resources from {Files} files in {Folder}")]
    public static partial void ConfigLoaded(ILogger logger, int resources, int files, string folder);

    [LoggerMessage(EventId = 8001, EventName = "ConfigChanged", Level = LogLevel.Information, Message = "Configuration is now at version {Version} with {Resources} resources; read again: {Files}")]
    public static partial void ConfigChanged(ILogger logger, long version, int resources, string files);

    [LoggerMessage(EventId = 8002, EventName = "ConfigFileRejected", Level = LogLevel.Warning, Message = "{File} is rejected; {Fallback}. {Errors}")]
    public static partial void ConfigFileRejected(ILogger logger, string file, string fallback, string errors);

    [LoggerMessage(EventId = 8003, EventName = "ConfigFileHealed", Level = LogLevel.Information, Message = "{File} is valid again and used")]
    public static partial void ConfigFileHealed(ILogger logger, string file);

    [LoggerMessage(EventId = 8004, EventName = "ConfigWarning", Level = LogLevel.Warning, Message = "{Finding}")]
    public static partial void ConfigWarning(ILogger logger, ResourceFinding finding);

    [LoggerMessage(EventId = 8005, EventName = "ConfigIgnored", Level = LogLevel.Debug, Message = "{File}: not used by the mesh: {Resources}")]
    public static partial void ConfigIgnored(ILogger logger, string file, string resources);

    [LoggerMessage(EventId = 8006, EventName = "ConfigFolderUnreadable", Level = LogLevel.Warning, Message = "{Folder} cannot be read; what was read before stays in use. {Reason}")]
    public static partial void ConfigFolderUnreadable(ILogger logger, string folder, string reason);

    [LoggerMessage(EventId = 8007, EventName = "ConfigFolderUnwatched", Level = LogLevel.Warning, Message = "{Folder} gives no notice of changes; it is looked at every {Interval} instead. {Reason}")]
    public static partial void ConfigFolderUnwatched(ILogger logger, string folder, TimeSpan interval, string reason);

    [LoggerMessage(EventId = 8008, EventName = "ConfigScanFailed", Level = LogLevel.Error, Message = "Reading {Folder} failed; it is tried again at the next change")]
    public static partial void ConfigScanFailed(ILogger logger, string folder, Exception exception);

    [LoggerMessage(EventId = 8009, EventName = "ConfigFolderReadOnly", Level = LogLevel.Information, Message = "{Folder} is served and not written: {Reason}")]
    public static partial void ConfigFolderReadOnly(ILogger logger, string folder, string reason);

    /// <summary>Whatever is out of the ordinary about the state that a start found.</summary>
    public static void StateRead(ILogger logger, string folder, int damaged, bool isRestored, long version, Exception? failure)
    {
        if (damaged > 0)
        {
            ConfigStateDamaged(logger, folder, damaged);
        }

        if (isRestored)
        {
            ConfigStateRestored(logger, folder, version);
        }

        if (failure is not null)
        {
            ConfigStateUnwritten(logger, folder, failure.Message);
        }
    }

    [LoggerMessage(EventId = 8010, EventName = "ConfigStateDamaged", Level = LogLevel.Warning, Message = "{Lines} lines of the state in {Folder}/.mesh cannot be read; versions go on well above them, and status that was in them is gone")]
    private static partial void ConfigStateDamaged(ILogger logger, string folder, int lines);

    [LoggerMessage(EventId = 8012, EventName = "ConfigStateRestored", Level = LogLevel.Information, Message = "The state in {Folder}/.mesh is a backup (its lock is not there); versions go on at {Version}, above those that were given out since")]
    private static partial void ConfigStateRestored(ILogger logger, string folder, long version);

    [LoggerMessage(EventId = 8011, EventName = "ConfigStateUnwritten", Level = LogLevel.Warning, Message = "The state in {Folder}/.mesh cannot be written; after a restart versions may repeat. {Reason}")]
    public static partial void ConfigStateUnwritten(ILogger logger, string folder, string reason);
}
