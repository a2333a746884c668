using Mesh.Client.AccessLogs.Formats;

namespace Mesh.Client.AccessLogs;

/// <summary>Decides which requests a log has.</summary>
internal interface ILogFilter
{
    bool Wants<TValues>(in TValues values)
        where TValues : struct, ILogValues;
}
