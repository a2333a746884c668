using Mesh.Protocol.Jwt;

namespace Mesh.Server.Authentication;

/// <summary>What came of the tokens of a request that were examined before its turn; found in its features.</summary>
internal sealed record EarlyExamination(JwtStatus Status);
