namespace Bookinfo.AppHost;

/// <summary>Ends the run with one message for the user.</summary>
internal sealed class AppHostException(string message) : Exception(message);
