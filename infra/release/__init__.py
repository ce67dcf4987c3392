"""What puts UpUp on Google Cloud: the archive, its deployment, the way back. Never imported by what is deployed."""
