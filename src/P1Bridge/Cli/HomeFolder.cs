namespace P1Bridge.Cli;

/// <summary>Where a user without an entry in the system's list of users is at home.</summary>
static class HomeFolder
{
    const string Variable = "HOME";

    /// <summary>
    /// A container may run as any number. Checking a certificate looks for the user's own ones and fails without a home; engines
    /// name the root folder then, and so is it done here for those that name none.
    /// </summary>
    public static void Ensure()
    {
        if (OperatingSystem.IsWindows() || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))) return;
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is "" or "/") Environment.SetEnvironmentVariable(Variable, "/");
    }
}
