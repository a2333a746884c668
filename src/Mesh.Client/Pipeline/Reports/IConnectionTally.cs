namespace Mesh.Client.Pipeline.Reports;

/// <summary>Counts what moves on one connection, as it moves.</summary>
internal interface IConnectionTally
{
    /// <summary>From the server.</summary>
    void Received(int bytes);

    /// <summary>To the server.</summary>
    void Sent(int bytes);

    /// <summary>Closed, by whichever side; once.</summary>
    void Close();
}
